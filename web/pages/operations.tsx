export default function Page() { return <h1>operations</h1>; }
